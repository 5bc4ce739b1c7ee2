"""What people are asked to agree to, and what they answered, with proof."""
