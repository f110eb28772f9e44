using MaskedVerify.Domain;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Testing;

namespace MaskedVerify.Grains.Tests.PhoneAliases;

/// <summary>Start, wait, check, resend, cancel, get through the real grains.</summary>
public sealed class PhoneAliasGrainTests(AliasSilo silo) : IClassFixture<AliasSilo>
{
    private readonly SiloFixture _silos = silo.Silos;

    [Fact]
    public async Task Check_WhenTheCodeIsRight_Approves()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var (id, code) = await scene.StartedAsync(scene.Command(reference: "order-42", purpose: "login"));

        var reply = await scene.CheckAsync(id, code);

        var view = AliasScene.Ok(reply);
        Assert.True(reply.Valid);
        Assert.Equal((VerificationStatus.Approved, "order-42", "login", "DE"), (view.Status, view.Reference, view.Purpose, view.Destination.Country));
        Assert.Equal(new NextSteps(false, 0, 0, false, null), view.Next);
        Assert.Equal(VerificationStatus.Approved, AliasScene.Ok(await scene.GetAsync(id)).Status);
        Assert.Equal(AttemptStatus.Accepted, AliasScene.Ok(await scene.GetAsync(id)).Attempts.Single().Status);
        Assert.Equal(ReplyKind.Ended, (await scene.CheckAsync(id, code)).Kind);
        Assert.NotNull((await scene.Alias(view.Alias).GetAlias(scene.Caller, view.Alias)).Alias?.VerifiedAt);
    }

    [Fact]
    public async Task Start_Any_ShowsWhatMayBeDoneNext()
    {
        var scene = await AliasScene.SetAsync(_silos, AliasScene.Spaced);
        var view = AliasScene.Ok(await scene.StartAsync());

        Assert.Equal(VerificationStatus.Pending, view.Status);
        Assert.Equal(new NextSteps(true, 0, 5, false, 30), view.Next);
        Assert.Equal(TimeSpan.FromMinutes(5), view.ExpiresAt - view.CreatedAt);
        Assert.Contains(Assert.Single(view.Attempts).Status, new[] { AttemptStatus.Queued, AttemptStatus.Accepted });
        Assert.Equal(AttemptStatus.Accepted, AliasScene.Ok(await scene.WaitAsync(view.Id)).Attempts.Single().Status);
    }

    [Fact]
    public async Task Check_WhenTheCodeIsWrong_CountsAndStaysPending()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var (id, code) = await scene.StartedAsync();

        var reply = await scene.CheckAsync(id, AliasScene.Wrong(code));

        Assert.False(reply.Valid);
        Assert.Equal((VerificationStatus.Pending, 4), (AliasScene.Ok(reply).Status, AliasScene.Ok(reply).Next.ChecksRemaining));
        Assert.True((await scene.CheckAsync(id, code)).Valid);
    }

    [Fact]
    public async Task Check_WhenAllTriesAreUsed_Ends()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var (id, code) = await scene.StartedAsync();
        VerificationReply reply = new(ReplyKind.Ok);
        for (var i = 0; i < 5; i++)
        {
            reply = await scene.CheckAsync(id, AliasScene.Wrong(code));
        }

        Assert.Equal(VerificationStatus.AttemptsExhausted, AliasScene.Ok(reply).Status);
        var next = await scene.CheckAsync(id, code);
        Assert.Equal((ReplyKind.Ended, VerificationStatus.AttemptsExhausted), (next.Kind, next.Verification?.Status));
    }

    [Fact]
    public async Task Start_WhenTheSameNumberComesAgain_FindsTheSameAliasAndAnotherInAnotherContext()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var first = AliasScene.Ok(await scene.StartAsync());
        var second = AliasScene.Ok(await scene.StartAsync());
        var buyer = AliasScene.Ok(await scene.StartAsync(command: scene.Command(context: "buyer")));
        var byAlias = AliasScene.Ok(await scene.StartAsync(command: scene.Command(alias: buyer.Alias)));
        var other = await AliasScene.SetAsync(_silos);
        other.Number = scene.Number;

        Assert.Equal(first.Alias, second.Alias);
        Assert.NotEqual(first.Alias, buyer.Alias);
        Assert.Equal(buyer.Alias, byAlias.Alias);
        Assert.NotEqual(first.Alias, AliasScene.Ok(await other.StartAsync()).Alias);
        var mixed = await scene.StartAsync(command: scene.Command(alias: buyer.Alias, context: "default"));
        Assert.Equal((ReplyKind.Invalid, "/context"), (mixed.Kind, mixed.Pointer));
    }

    [Fact]
    public async Task AnyCommand_OfAnotherTenant_AnswersAsIfNothingWereThere()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var (id, code) = await scene.StartedAsync();
        var alias = AliasScene.Ok(await scene.GetAsync(id)).Alias;
        var other = await AliasScene.SetAsync(_silos);

        Assert.Equal(ReplyKind.NotFound, (await other.GetAsync(id)).Kind);
        Assert.Equal(ReplyKind.NotFound, (await other.CheckAsync(id, code)).Kind);
        Assert.Equal(ReplyKind.NotFound, (await other.ResendAsync(id)).Kind);
        Assert.Equal(ReplyKind.NotFound, (await other.CancelAsync(id)).Kind);
        Assert.Equal(ReplyKind.NotFound, (await other.WaitAsync(id)).Kind);
        Assert.Equal(ReplyKind.NotFound, (await other.Alias(alias).GetAlias(other.Caller, alias)).Kind);
        Assert.Equal(ReplyKind.NotFound, (await other.EraseAsync(alias)).Kind);
        Assert.Equal(ReplyKind.NotFound, (await other.StartAsync(command: other.Command(alias: alias))).Kind);
        Assert.True((await scene.CheckAsync(id, code)).Valid);
    }

    [Fact]
    public async Task AnyCommand_WithARevokedKey_IsRefused()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var (id, code) = await scene.StartedAsync();
        var alias = AliasScene.Ok(await scene.GetAsync(id)).Alias;
        await _silos.Grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(scene.Tenant.Id)).RevokeKey(scene.Caller.KeyId);
        await _silos.RefreshTenantsAsync();

        Assert.Equal(ReplyKind.Unauthenticated, (await scene.CheckAsync(id, code)).Kind);
        Assert.Equal(ReplyKind.Unauthenticated, (await scene.StartAsync()).Kind);
        Assert.Equal(ReplyKind.Unauthenticated, (await scene.GetAsync(id)).Kind);
        Assert.Equal(ReplyKind.Unauthenticated, (await scene.CreateAliasAsync()).Kind);
        Assert.Equal(ReplyKind.Unauthenticated, (await scene.EraseAsync(alias)).Kind);
    }

    [Fact]
    public async Task AnyCommand_WithAForeignButWellFormedId_IsNotFound()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var (id, code) = await scene.StartedAsync();
        var view = AliasScene.Ok(await scene.GetAsync(id));
        var forged = VerificationId.Create('1', view.Alias, 1234, 5678);

        Assert.Equal(ReplyKind.NotFound, (await scene.GetAsync(forged)).Kind);
        Assert.Equal(ReplyKind.NotFound, (await scene.CheckAsync(forged, code)).Kind);
    }

    [Theory]
    [InlineData(ResendPolicy.Rotate)]
    [InlineData(ResendPolicy.Reuse)]
    [InlineData(ResendPolicy.KeepPreviousUntilAccepted)]
    public async Task Resend_Any_FollowsItsPolicy(ResendPolicy policy)
    {
        var scene = await AliasScene.SetAsync(_silos, AliasScene.Spaced);
        var (id, first) = await scene.StartedAsync(scene.Command(resend: policy));
        Assert.Equal((ReplyKind.RateLimited, "resend-spacing"), ((await scene.ResendAsync(id)) is var early ? early.Kind : default, early.Limit?.Name));
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(30));

        var view = AliasScene.Ok(await scene.ResendAsync(id));
        var second = TestCarrier.CodeIn(await _silos.Carrier.WaitForAsync(id, 2));
        AliasScene.Ok(await scene.WaitAsync(id));

        Assert.Equal("resend", view.Attempts[1].Why);
        Assert.Equal(policy == ResendPolicy.Reuse, first == second);
        Assert.Equal(policy == ResendPolicy.Reuse, (await scene.CheckAsync(id, first)).Valid);
        if (policy != ResendPolicy.Reuse)
        {
            Assert.True((await scene.CheckAsync(id, second)).Valid);
        }
    }

    [Fact]
    public async Task Get_WhenTheNumberIsAtItsCap_SaysThatNoResendIsAllowed()
    {
        var scene = await AliasScene.SetAsync(_silos, AliasScene.Generous with { NumberSendsPerHour = 2 });
        var (id, _) = await scene.StartedAsync();
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(30));
        Assert.True(AliasScene.Ok(await scene.GetAsync(id)).Next.MayResend);

        // Another tenant sends to the same number.
        var other = await AliasScene.SetAsync(_silos);
        other.Number = scene.Number;
        AliasScene.Ok(await other.StartAsync());

        Assert.Equal((false, 60), AliasScene.Ok(await scene.GetAsync(id)).Next is var next ? (next.MayResend, next.ResendAfterSeconds ?? 0) : default);
        var refused = await scene.ResendAsync(id);
        Assert.Equal((ReplyKind.RateLimited, "alias-sends-hour"), (refused.Kind, refused.Limit?.Name));
    }

    [Fact]
    public async Task Cancel_WhenRepeated_IsTheSame()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var (id, code) = await scene.StartedAsync();

        Assert.Equal(VerificationStatus.Canceled, AliasScene.Ok(await scene.CancelAsync(id)).Status);
        Assert.Equal(VerificationStatus.Canceled, AliasScene.Ok(await scene.CancelAsync(id)).Status);
        Assert.Equal(ReplyKind.Ended, (await scene.CheckAsync(id, code)).Kind);
    }

    [Fact]
    public async Task Pair_OfStartAndCheck_WritesAtMostThreeCommitsAndLeavesMemory()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var (id, code) = await scene.StartedAsync();
        Assert.True((await scene.CheckAsync(id, code)).Valid);

        var commits = scene.Commits(id);
        Assert.InRange(commits.Count, 2, 3);
        Assert.All(commits, c => Assert.InRange(c.Payload?.Length ?? 0, 1, 600));
        Assert.Equal([typeof(AuditRow), typeof(DueRow), typeof(GuardCountRow)], TypesOf(commits[0]));
        Assert.Equal([typeof(AuditRow), typeof(DueDoneRow), typeof(OutcomeRow), typeof(ReceiptMapRow)], commits.Skip(1).SelectMany(TypesOf).Where(t => t != typeof(DueRow)).Order(ByName));
        await Eventually.TrueAsync(async () => !await IsInMemoryAsync(id), "the alias leaves memory");
    }

    [Fact]
    public async Task Receipt_WhenTheVerificationHasEnded_ShowsWithoutAnotherCommitOfTheAlias()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var (id, code) = await scene.StartedAsync();
        Assert.True((await scene.CheckAsync(id, code)).Valid);
        var commits = scene.Commits(id).Count;
        var map = scene.Commits(id).SelectMany(c => c.SideRows).OfType<ReceiptMapRow>().Single();

        var match = await _silos.HotStore.RecordReceiptAsync(
            new ParkedReceipt(map.Carrier, map.MessageId, AttemptStatus.Delivered, null, _silos.Time.GetUtcNow(), _silos.Time.GetUtcNow().AddDays(30)));

        Assert.True(match!.IsApplied);
        Assert.Equal("delivered", Assert.Single((await scene.GetAsync(id)).Verification!.Attempts).Status.ToString(), ignoreCase: true);
        Assert.Equal(commits, scene.Commits(id).Count);
    }

    private async Task<bool> IsInMemoryAsync(VerificationId id) =>
        (await _silos.Grains.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics()).Any(s => s.GrainId.Key.ToString() == GrainKeys.PhoneAlias(id));

    [Fact]
    public async Task RecordAttempt_WhenNothingElseIsWritten_IsDurableWithinASecond()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var (id, _) = await scene.StartedAsync();
        Assert.Single(scene.Commits(id));

        await _silos.AdvanceAsync(TimeSpan.FromSeconds(1));

        await Eventually.TrueAsync(() => scene.Commits(id).Count == 2, "the result is written");
        Assert.Contains(typeof(ReceiptMapRow), TypesOf(scene.Commits(id)[1]));
    }

    [Fact]
    public async Task Stored_Any_HoldsNeitherNumberNorCode()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var (id, code) = await scene.StartedAsync();
        await scene.CheckAsync(id, code, AliasScene.Stamp("key-of-a-check"));

        var bytes = scene.Commits(id).SelectMany(c => new[] { c.Payload ?? [] }.Concat(c.SideRows.SelectMany(BytesOf))).ToList();
        var secrets = new[] { scene.Number.Reveal(), scene.Number.Reveal()[3..], code.Reveal() }.Select(System.Text.Encoding.ASCII.GetBytes);
        Assert.All(secrets, secret => Assert.All(bytes, b => Assert.Equal(-1, b.AsSpan().IndexOf(secret))));
    }

    [Fact]
    public async Task Audit_Any_NamesWhoDidWhat()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var (id, code) = await scene.StartedAsync();
        await scene.CheckAsync(id, code);

        var notes = _silos.HotStore.Audit.Where(a => a.Tenant == scene.Tenant.Id).Select(a => System.Text.Encoding.UTF8.GetString(a.Payload)).ToList();

        Assert.Equal(
            [
                $$"""{"v":1,"action":"verification.started","actor":"{{scene.Caller.KeyId}}","subject":"{{id}}","outcome":"pending"}""",
                $$"""{"v":1,"action":"verification.approved","actor":"{{scene.Caller.KeyId}}","subject":"{{id}}","outcome":"approved"}""",
            ],
            notes);
    }

    [Fact]
    public async Task Audit_OfAResend_IsOneRowInItsCommit()
    {
        var scene = await AliasScene.SetAsync(_silos, AliasScene.Spaced);
        var (id, _) = await scene.StartedAsync();
        Assert.Equal(ReplyKind.RateLimited, (await scene.ResendAsync(id)).Kind);
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(30));
        var before = scene.Commits(id).Count;

        var stamp = AliasScene.Stamp("key-of-a-resend");
        AliasScene.Ok(await scene.ResendAsync(id, stamp));
        Assert.Equal(ReplyKind.Replayed, (await scene.ResendAsync(id, AliasScene.Stamp("key-of-a-resend"))).Kind);
        await _silos.Carrier.WaitForAsync(id, 2);

        var rows = scene.Commits(id).SelectMany((c, i) => c.SideRows.OfType<AuditRow>().Select(r => (Commit: i, Text: System.Text.Encoding.UTF8.GetString(r.Payload)))).ToList();
        Assert.Equal(
            [(before, $$"""{"v":1,"action":"verification.resent","actor":"{{scene.Caller.KeyId}}","subject":"{{id}}","outcome":"pending"}""")],
            rows.Where(r => r.Text.Contains("verification.resent", StringComparison.Ordinal)));
        Assert.Equal(2, rows.Count);
    }

    private static readonly IComparer<Type> ByName = Comparer<Type>.Create((a, b) => string.CompareOrdinal(a.Name, b.Name));

    private static IEnumerable<Type> TypesOf(HotCommit commit) => commit.SideRows.Select(r => r.GetType()).Order(ByName);

    private static IEnumerable<byte[]> BytesOf(SideRow row) => row switch
    {
        OutcomeRow outcome => [outcome.Payload],
        UniqueKeyRow unique => [unique.Answer, unique.Fingerprint, unique.Key],
        AuditRow audit => [audit.Payload],
        _ => [System.Text.Encoding.UTF8.GetBytes(row.ToString())],
    };
}
