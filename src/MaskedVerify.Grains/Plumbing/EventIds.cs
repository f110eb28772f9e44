namespace MaskedVerify.Grains.Plumbing;

/// <summary>Event ids of this project: 4000-4999. Never reuse one. The aliases' ids (4000-4199) stand in <c>EventIds.Aliases.cs</c>.</summary>
internal static partial class EventIds
{
    // Tenants 4200-4299.
    internal const int TenantCreated = 4200;
    internal const int TenantPolicyChanged = 4201;
    internal const int TenantFrozenChanged = 4202;
    internal const int TenantKeyAdded = 4203;
    internal const int TenantKeyRevoked = 4204;
    internal const int TenantPublishFailed = 4205;
    internal const int TenantQuotaNotClosed = 4206;
    internal const int CatalogPollFailed = 4210;
    internal const int CatalogFresh = 4211;
    internal const int QuotaLeaseFailed = 4220;

    // Routes 4300-4399.
    internal const int RouteTableSeeded = 4300;
    internal const int RouteTableReplaced = 4301;
    internal const int RouterPollFailed = 4310;
    internal const int RouterReportFailed = 4311;
    internal const int CarrierWithoutRoute = 4312;
    internal const int RouterPolledAgain = 4313;

    // Carrier links 4400-4499.
    internal const int LinkTaken = 4400;
    internal const int LinkReleased = 4401;
    internal const int LinkLost = 4402;
    internal const int LinkFailed = 4403;
    internal const int SessionFailed = 4404;

    // Sending 4500-4599.
    internal const int PumpStarted = 4500;
    internal const int PumpStopped = 4501;
    internal const int SubmitFailed = 4502;
    internal const int AttemptReportFailed = 4503;
    internal const int PumpDroppedAtShutdown = 4504;
    internal const int AttemptNotAsked = 4505;
    internal const int DuePollFailed = 4510;
    internal const int ResumeFailed = 4511;
    internal const int DueGivenUp = 4512;
    internal const int ReceiptStoreFailed = 4520;
    internal const int ReceiptApplyFailed = 4521;
    internal const int ReceiptPollFailed = 4522;
    internal const int ReceiptSetAside = 4523;
    internal const int ReceiptAmbiguous = 4524;
    internal const int SweepFailed = 4530;
    internal const int Swept = 4531;
    internal const int UnusedDropped = 4532;

    internal const int CarrierFound = 4540;
    internal const int EgressAway = 4541;

    // Plumbing 4600-4699.
    internal const int SiloReady = 4600;
    internal const int SiloNotReady = 4601;
    internal const int CallFailed = 4602;
    internal const int WarmupFailed = 4603;
    internal const int CallRefused = 4604;

    // Front desks 4700-4749.
    internal const int FrontTermsTaken = 4700;
    internal const int FrontTermsFailed = 4701;

    // Audit logs 4750-4799.
    internal const int AuditDrainFailed = 4750;
    internal const int AuditBoundReached = 4751;
    internal const int AuditBoundEnded = 4752;

    // TLS between silos 4800-4849.
    internal const int ClusterTlsRefused = 4800;
    internal const int ClusterTlsReloaded = 4801;
    internal const int ClusterTlsKept = 4802;
    internal const int ClusterPeerRefused = 4803;
    internal const int ClusterClaimRefused = 4804;
    internal const int ClusterClaimantKept = 4805;

    // Clocks 4850-4899.
    internal const int ClockNotCompared = 4850;
    internal const int ClockOff = 4851;
    internal const int ClockStops = 4852;
}
