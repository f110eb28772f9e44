using System.Globalization;
using System.Text.RegularExpressions;

namespace MaskedVerify.Cluster.Tests.Servers;

/// <summary>What silos wrote about themselves, by event id.</summary>
internal static partial class ServerLog
{
    /// <summary>An alias' write was refused, because another activation had been faster, or its end is unknown.</summary>
    public const int AliasConflict = 4000;

    /// <summary>A grain call failed for a reason that is none of the product's words.</summary>
    public const int CallFailed = 4602;

    /// <summary>A connection between silos was refused: the other side is no member.</summary>
    public const int ClusterTlsRefused = 4800;

    /// <summary>A message between silos was refused: the peer's certificate does not allow it.</summary>
    public const int ClusterPeerRefused = 4803;

    /// <summary>A silo was put out of the cluster: it claims more than its certificate is for.</summary>
    public const int ClusterClaimRefused = 4804;

    /// <summary>The front met a failure of a grain call that is none of the product's words.</summary>
    public const int VaultCallFailedUnexpectedly = 5001;

    /// <summary>A request failed with an exception; it was answered 503.</summary>
    public const int RequestFailed = 5003;

    /// <summary>Lines of the product's own categories with one of the ids, in an output from a place on.</summary>
    public static IReadOnlyList<string> Lines(string output, int from, params int[] ids) =>
        [.. output[Math.Min(from, output.Length)..].Split('\n').Where(l => Event().Match(l) is { Success: true } m && ids.Contains(int.Parse(m.Groups["id"].ValueSpan, CultureInfo.InvariantCulture)))];

    [GeneratedRegex(@"^\S+ \w+: MaskedVerify\.[\w.+`]+\[(?<id>\d+)\] ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Event();
}
