namespace MaskedVerify.Load.Http;

/// <summary>An answer. The body lies in the connection's buffer: it is valid until the next request.</summary>
internal readonly record struct HttpAnswer(int Status, ReadOnlyMemory<byte> Body);
