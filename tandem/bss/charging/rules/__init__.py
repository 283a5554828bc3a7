"""What charging decides, without a store, a clock or chance."""
