namespace MaskedVerify.Load.Driving;

/// <summary>Which part of a run it is.</summary>
internal sealed class LoadClock
{
    private volatile int _part;

    /// <summary>Whether what ends now counts.</summary>
    public bool IsMeasuring => _part == 1;

    /// <summary>Whether to stop.</summary>
    public bool IsOver => _part == 2;

    /// <summary>The warm-up is over.</summary>
    public void BeginMeasuring() => _part = 1;

    /// <summary>The run is over.</summary>
    public void Stop() => _part = 2;
}
