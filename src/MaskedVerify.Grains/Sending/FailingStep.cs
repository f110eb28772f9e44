namespace MaskedVerify.Grains.Sending;

/// <summary>A due step that fails whenever it is taken up.</summary>
/// <param name="First">When it began to.</param>
/// <param name="Last">When it did so last.</param>
internal readonly record struct FailingStep(DateTimeOffset First, DateTimeOffset Last);
