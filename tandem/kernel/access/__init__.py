"""Who may do what: callers, the policy table, users and their logins, bearer tokens, sealed secrets.

Knows roles, entities and verbs as words only; the table that joins them is the program's (`tandem.app.policy`).
Refuses to know any telecom noun, and HTTP beyond the cookies and headers that carry a proof of who is asking.
Standards: RFC 7519 (JWT), RFC 7517 (JWKS), RFC 6265 (cookies), OpenID Connect Core for tokens of another issuer.
"""
