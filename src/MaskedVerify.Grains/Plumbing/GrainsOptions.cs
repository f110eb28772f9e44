namespace MaskedVerify.Grains;

/// <summary>Settings of the grains and of what moves around them. Checked at start, every mistake at once.</summary>
public sealed class GrainsOptions
{
    /// <summary>Name of the region (the cell), 1 to 32 of <c>a-z 0-9 -</c>. Default <c>local</c>.</summary>
    public string Region { get; set; } = "local";

    /// <summary>How long start-up waits for storage and keys before it gives up, 1 s to 10 min. Default 30 s.</summary>
    public TimeSpan StartupTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Pause between two polls of the tenants, 100 ms to 4 s, so that a revocation is in force everywhere within 5 s. Default 2 s.</summary>
    public TimeSpan SnapshotPollInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How much the clocks of two silos may differ, 0 to 10 s. Default 2 s (a silo further off stops itself); 0 is right for a single silo, and lets a tenant's quota
    /// open sooner after a crash.
    /// </summary>
    public TimeSpan MaxClockSkew { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Messages that may wait for one carrier in this process, 1 to 1,000,000. Default 2,000.</summary>
    public int SendQueueCapacity { get; set; } = 2_000;

    /// <summary>Submits that may be under way at one carrier in this process, 1 to 4,096. Default 64.</summary>
    public int SendWorkers { get; set; } = 64;

    /// <summary>Pause between two looks for overdue steps, 10 ms to 1 min; doubles up to 2 s while nothing is due. Default 500 ms.</summary>
    public TimeSpan DuePollInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Overdue steps taken at once, 1 to 10,000. Default 256.</summary>
    public int DueBatch { get; set; } = 256;

    /// <summary>Overdue steps worked on at the same time, 1 to 1,024. Default 32.</summary>
    public int DueConcurrency { get; set; } = 32;

    /// <summary>Pause between two looks for receipts that were not applied, 100 ms to 1 min. Default 1 s.</summary>
    public TimeSpan ReceiptPollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Pause between two runs of the sweeper, 1 s to 1 day. Default 1 min.</summary>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Pause between two looks for audit events to move into their log while few wait, 10 ms to 10 s. Default 250 ms.</summary>
    public TimeSpan AuditDrainInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Audit events that may wait in the outbox of a database before changes that callers ask for are refused there (reads are not), 10,000 to 1,000,000,000;
    /// 0: any number. Default 1,000,000: some 0.4 GB, four minutes of 2,000 verifications a second without a log.
    /// </summary>
    public long AuditBoundEvents { get; set; } = 1_000_000;

    /// <summary>How long the oldest of them may wait before the same happens, 10 s to 7 days; 0: for ever. Default 15 min.</summary>
    public TimeSpan AuditBoundAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Messages to one real number in an hour, of all tenants together, that no tenant's policy can raise, 1 to 1,000,000. Default 20: twice what a tenant has by default,
    /// so that two who serve one person do not stop each other. Test traffic reaches nobody and is bound by its tenant's policy alone.
    /// </summary>
    public int NumberSendsPerHour { get; set; } = 20;

    /// <summary>The same in 24 hours, 1 to 1,000,000 and not below <see cref="NumberSendsPerHour"/>. Default 80.</summary>
    public int NumberSendsPerDay { get; set; } = 80;

    /// <summary>Binds that all silos together may hold at one carrier, 1 to 64; each silo holds one. Default 8.</summary>
    public int BindsPerCarrier { get; set; } = 8;

    /// <summary>How long an idle grain stays in memory, 1 min to 1 h. Default 2 min. Aliases with nothing live leave sooner by themselves.</summary>
    public TimeSpan IdleGrainAge { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Above this use of the processors the gateway refuses new calls of external clients, 50 to 100 (percent). Default 98.</summary>
    public int LoadSheddingPercent { get; set; } = 98;
}
