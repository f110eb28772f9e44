namespace MaskedVerify.Grains.Clocks;

/// <summary>This machine's clock cannot be trusted. The message is for an operator and says what to do.</summary>
public sealed class ClockOffException(string message) : Exception(message);
