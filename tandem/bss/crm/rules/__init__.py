"""Pure decisions about messages: whom they reach, what they say, how a mail looks."""
