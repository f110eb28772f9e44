namespace MaskedVerify.Grains.Clocks;

/// <summary>Why a silo stops itself; the host turns it into an exit code and a sentence.</summary>
public interface IStopReason
{
    /// <summary>What made it stop, or null while it runs or when somebody else stopped it.</summary>
    Exception? Reason { get; }
}
