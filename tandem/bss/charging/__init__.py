"""One rating engine for every path: usage records become rated events, allowances and balances move with them,
and each charge can be explained, reversed and rated again to the same bytes. Refuses to draw up bills or to
take money. Standards: TMF635 Usage, TMF654 Prepay Balance; 3GPP TS 32.290 and TS 32.299.
"""
