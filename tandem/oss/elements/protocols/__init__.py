"""What elements speak, as pure functions between octets and values: no sockets, no clock, no store."""
