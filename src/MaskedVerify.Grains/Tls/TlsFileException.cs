namespace MaskedVerify.Grains.Tls;

/// <summary>A certificate, key or authority cannot be used. The message names the switch and the file, and says what to do.</summary>
public sealed class TlsFileException(string message, Exception? innerException = null) : Exception(message, innerException);
