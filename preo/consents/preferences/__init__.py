"""What customers see of their own consents, and how they take them back, by a link of their own."""
