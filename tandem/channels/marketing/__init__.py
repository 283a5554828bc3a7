"""The campaign desk: segments, consent, waves, hold-out groups and uplift."""
