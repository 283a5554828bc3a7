"""The network operations desk: live alarms, incidents with their cause, the map and the customers they touch."""
