"""What the law computes: income tax withholding and social insurance, exact in fen, pure."""
