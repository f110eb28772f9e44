using System.Text;
using MaskedVerify.Domain;

namespace MaskedVerify.Storage;

/// <summary>
/// The column <c>late</c> of <c>outcomes</c>: receipts that came after a verification had ended, in their order, each as attempt, state and length of the reason
/// (a byte each) and the reason in ASCII.
/// </summary>
internal static class LateReceipts
{
    private const int Head = 3;
    private const int LongestReason = 64;

    /// <summary>One receipt as it is stored; null if it cannot be: then the grain has to take it.</summary>
    public static byte[]? Entry(int attempt, AttemptStatus state, string? reason)
    {
        if (attempt is < 0 or > byte.MaxValue || reason is { Length: > LongestReason } || (reason is not null && !Ascii.IsValid(reason)))
        {
            return null;
        }

        var entry = new byte[Head + (reason?.Length ?? 0)];
        (entry[0], entry[1], entry[2]) = ((byte)attempt, (byte)state, (byte)(entry.Length - Head));
        Encoding.ASCII.GetBytes(reason ?? string.Empty, entry.AsSpan(Head));
        return entry;
    }

    /// <summary>What is stored; nothing for an empty column.</summary>
    public static IReadOnlyList<LateReceipt> Read(ReadOnlySpan<byte> column)
    {
        if (column.IsEmpty)
        {
            return [];
        }

        var all = new List<LateReceipt>();
        while (column.Length >= Head && column.Length >= Head + column[2])
        {
            var reason = column.Slice(Head, column[2]);
            all.Add(new LateReceipt(column[0], (AttemptStatus)column[1], reason.IsEmpty ? null : Encoding.ASCII.GetString(reason)));
            column = column[(Head + reason.Length)..];
        }

        return all;
    }
}
