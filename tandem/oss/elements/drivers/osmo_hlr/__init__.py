"""Osmocom's home register and authentication centre (osmo-hlr), over its CTRL interface; attach probes over GSUP.

Learnt from version 1.5.0, and held by the captures in tests/captures/osmo_hlr:
- a new subscriber has calls and data enabled; suspended ones are made and then switched off;
- setting authentication data, even to what it is, starts the SIM's sequence number at 0 again and forces a
  resynchronisation at its next use: only what differs is set, and a rollback of keys cannot bring the number back;
- taking away authentication data that is not there is refused, taking away a number that is not there is not;
- a number that another subscriber has is refused without saying so ("Update MSISDN failed");
- ports are fixed (CTRL 4259, GSUP 4222, VTY 4258); several registers on one machine have an address each.
"""
