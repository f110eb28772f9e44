namespace MaskedVerify.Domain;

/// <summary>The database is away, locked, full, read-only, or its queue is full. Nothing was written. Carries no user data.</summary>
public sealed class StorageUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>A commit may or may not be durable: re-read before the next answer. Carries no user data.</summary>
public sealed class UnknownOutcomeException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>Another request holds the idempotency key of this commit; nothing was written. Carries no user data.</summary>
public sealed class UniqueKeyTakenException() : Exception("The idempotency key is taken.");

/// <summary>The number of this commit is at its cap; nothing was written. Carries no user data.</summary>
public sealed class NumberAtCapException() : Exception("The number is at its cap.");
