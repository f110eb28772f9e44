namespace MaskedVerify.Grains.ClusterTls;

/// <summary>A certificate, key or authority cannot be used. The message names the file and says what to do.</summary>
internal sealed class ClusterTlsException(string message, Exception? innerException = null) : Exception(message, innerException);
