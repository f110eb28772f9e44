namespace MaskedVerify.Load.Reports;

/// <summary>One round of a comparison.</summary>
/// <param name="EchoPerSecond">Requests of the bare echo per second at its beginning.</param>
/// <param name="Reports">What each load gave, in the order of the command line.</param>
internal sealed record ComparedRound(double? EchoPerSecond, IReadOnlyList<LoadReport> Reports);
