"""What we ask over the wire: the payment service provider."""
