-- Receipts that came after a verification had ended, one after the other: attempt, state, length of the reason (one byte each), reason.
ALTER TABLE hot.outcomes ADD late varbinary(max) NULL;
