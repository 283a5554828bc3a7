"""Pure decisions of ordering: who buys, what is asked of the network, and how an order stands."""
