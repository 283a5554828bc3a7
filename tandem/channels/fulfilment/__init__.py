"""The provisioning desk: every order's plan as a live timeline; the fall-out list with cause and next action."""
