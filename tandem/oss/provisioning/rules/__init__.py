"""Pure decisions of provisioning: the plan of an order, what is ready, and how an order stands."""
