namespace MaskedVerify.Grains;

/// <summary>
/// A grain call failed for a reason that is a fault of the product or of the cluster. The message names the type of the original exception and nothing else; the
/// original stays in the log of the silo where it happened, without its message.
/// </summary>
public sealed class GrainFaultException(string message) : Exception(message);
