"""What may leave the building: small counts kept back, contact details struck out. All of it is pure."""
