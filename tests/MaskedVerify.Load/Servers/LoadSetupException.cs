namespace MaskedVerify.Load.Servers;

/// <summary>The run cannot begin; the message says why and what to do.</summary>
internal sealed class LoadSetupException(string message) : Exception(message);
