"""The store and its rules: a module per aggregate, table, rules and queries side by side."""
