"""Tandem: the business and the operations support of a communications service provider, in one system."""
