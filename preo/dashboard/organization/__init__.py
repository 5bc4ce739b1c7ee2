"""The pages of an organization's own affairs: settings, members, API keys, editions."""
