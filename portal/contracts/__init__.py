"""What the apps agree on: small interfaces without data of their own. Imports no app."""
