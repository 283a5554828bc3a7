"""What is decided while a session goes on: what is granted, what is late or known, what is answered and recorded."""
