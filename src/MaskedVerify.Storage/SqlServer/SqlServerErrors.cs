using System.Globalization;

namespace MaskedVerify.Storage;

/// <summary>What the numbers of SQL Server's and its driver's errors mean.</summary>
internal static class SqlServerErrors
{
    /// <summary>From this class on the server ends the connection.</summary>
    private const int Fatal = 20;

    /// <summary>The driver's number where the server's first answer says that it has no TLS.</summary>
    private const int NoEncryption = 20;

    // The numbers of Windows' security package, which the driver brings on every system: SEC_E_UNTRUSTED_ROOT, _WRONG_PRINCIPAL, _CERT_UNKNOWN, _CERT_EXPIRED.
    private const int UntrustedRoot = unchecked((int)0x80090325);
    private const int WrongName = unchecked((int)0x80090322);
    private const int UnknownCertificate = unchecked((int)0x80090327);
    private const int ExpiredCertificate = unchecked((int)0x80090328);

    /// <summary>The driver's number of a time-out, whether of a statement or of a connection.</summary>
    private const int TimedOut = -2;

    public static ServerFault Classify(int number, int errorClass) => number switch
    {
        // As fatal as a lost connection, but the next one ends in the same way.
        NoEncryption or UntrustedRoot or WrongName or UnknownCertificate or ExpiredCertificate => ServerFault.Unavailable,

        // Deadlock, lock timeout, a snapshot's conflict, a row that another transaction inserted meanwhile, a transaction that went with one of them.
        1205 or 1222 or 3960 or 3961 or 2601 or 2627 or SqlServerSql.TransactionGone => ServerFault.Busy,

        // Too long, null, out of range, a broken constraint, a row that no page holds, JSON or base64 that is none.
        8152 or 2628 or 515 or 220 or 8115 or 8114 or 245 or 547 or 511 or 13609 or 9803 => ServerFault.RowRefused,
        TimedOut => ServerFault.Unavailable,
        _ => errorClass >= Fatal || IsGoing(number) ? ServerFault.ConnectionLost : ServerFault.Unavailable,
    };

    /// <inheritdoc cref="ServerMigrator.IsAway"/>
    public static bool IsAway(int number, int errorClass) =>
        Classify(number, errorClass) == ServerFault.ConnectionLost || number is TimedOut or 10928 or 10929 or 17809 or 40544;

    /// <summary>Whether a COMMIT that ended so may have happened. Only the server's own refusal says that it did not.</summary>
    public static bool LeavesCommitUnknown(int number, int errorClass) => errorClass >= Fatal || number <= 0 || IsGoing(number);

    public static string Describe(int number, int errorClass) => number switch
    {
        18456 or 18452 or 18470 or 18487 or 18488 =>
            $"refuses this login; correct User ID and Password of the connection string, or give the login access (SQL Server {Text(number)})",
        4060 or 911 or 4064 =>
            $"does not exist on this server, or this login may not open it; make it with CREATE DATABASE, or correct Database of the connection string (SQL Server {Text(number)})",
        229 or 230 or 262 or 297 or 916 or 2760 => $"does not allow this login to do that; see deploy/sql/sqlserver/roles.sql (SQL Server {Text(number)})",
        208 or 207 => $"lacks tables or columns; run `maskedverify migrate --engine sqlserver` (SQL Server {Text(number)})",
        1101 or 1105 or 9002 => $"cannot grow because its file, its log or the server's disk is full (SQL Server {Text(number)})",
        3906 or 976 or 978 or 982 => $"is read-only here; it may be a secondary replica: name the primary server or the listener (SQL Server {Text(number)})",
        10928 or 10929 or 17809 or 40544 => $"has no connection or resources left (SQL Server {Text(number)})",
        TimedOut => "did not answer in time, or took longer over a statement than the statement timeout",
        0 or 2 or 53 or 258 or 10060 or 10061 or 11001 => "cannot be reached; see that the server runs and that Server of the connection string is right",
        NoEncryption =>
            "offers no encryption, which the connection string asks for; give the server a certificate and see that its setting allows TLS, or where another layer encrypts set Encrypt=false (SQL Server 20)",
        UntrustedRoot or WrongName or UnknownCertificate or ExpiredCertificate =>
            "shows a certificate that this machine does not trust, or that is for another host name; give it one that the machine trusts for the name in Server of the connection string, "
            + $"name the right one with HostNameInCertificate, or on the same machine set TrustServerCertificate=true (SQL Server {Text(number)})",
        _ => $"{Classify(number, errorClass) switch
        {
            ServerFault.Busy => "met a row that another transaction holds or has just inserted",
            ServerFault.RowRefused => "does not take this row",
            ServerFault.ConnectionLost => "is starting, stopping or failing over, or the connection was lost",
            _ => "failed",
        }} (SQL Server {Text(number)})",
    };

    /// <summary>A lost or refused connection, a server that stops, a database that is being moved or recovered.</summary>
    private static bool IsGoing(int number) => number is
        -1 or 0 or 2 or 53 or 64 or 121 or 233 or 258 or 10053 or 10054 or 10060 or 10061 or 11001
        or 596 or 921 or 922 or 927 or 983 or 6002 or 6005 or 17142 or 17143 or 17147
        or 4221 or 40143 or 40197 or 40501 or 40540 or 40613 or 42108 or 42109 or 49918 or 49919 or 49920;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
