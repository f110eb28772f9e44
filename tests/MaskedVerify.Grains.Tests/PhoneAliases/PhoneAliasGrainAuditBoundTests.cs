using MaskedVerify.Grains.AuditLogs;
using MaskedVerify.Testing;

namespace MaskedVerify.Grains.Tests.PhoneAliases;

/// <summary>What an alias does while audit events cannot leave their outbox.</summary>
public sealed class PhoneAliasGrainAuditBoundTests : IAsyncLifetime
{
    private SiloFixture _silos = null!;

    public async ValueTask InitializeAsync() => _silos = await SiloFixture.StartAsync(o => o.Grains = g => g.AuditBoundAge = TimeSpan.FromSeconds(10));

    public ValueTask DisposeAsync() => _silos.DisposeAsync();

    [Fact]
    public async Task Commands_WhileEventsCannotLeave_ChangeNothingAndReadsAreAnswered()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var stamp = AliasScene.Stamp("before");
        var (id, code) = await scene.StartedAsync();
        var started = AliasScene.Ok(await scene.StartAsync(stamp));
        await _silos.Carrier.WaitForAsync(started.Id);
        await scene.WaitAsync(started.Id);
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(3));
        await CloseAsync();
        var (commits, stored) = (_silos.HotStore.History.Count, _silos.HotStore.Audit.Count);

        // A right code and a wrong one get the same answer, so that it does not tell which is which.
        Assert.Equal(ReplyKind.Unavailable, (await scene.CheckAsync(id, code)).Kind);
        Assert.Equal(ReplyKind.Unavailable, (await scene.CheckAsync(id, AliasScene.Wrong(code))).Kind);
        Assert.Equal(ReplyKind.Unavailable, (await scene.StartAsync()).Kind);
        Assert.Equal(ReplyKind.Unavailable, (await scene.CancelAsync(id)).Kind);
        var newcomer = AliasScene.NextNumber();
        Assert.Equal(ReplyKind.Unavailable, (await scene.StartAsync(command: scene.Command(newcomer))).Kind);
        Assert.Equal(ReplyKind.Unavailable, (await scene.CreateAliasAsync(number: newcomer)).Kind);

        Assert.Equal(started.Id, AliasScene.Ok(await scene.GetAsync(started.Id)).Id);
        Assert.Equal(ReplyKind.Ok, (await scene.Alias(started.Alias).GetAlias(scene.Caller, started.Alias)).Kind);
        Assert.Equal(ReplyKind.Replayed, (await scene.StartAsync(stamp)).Kind);
        Assert.Equal((commits, stored), (_silos.HotStore.History.Count, _silos.HotStore.Audit.Count));
        Assert.Null(await _silos.Get<Privacy.IAliasDirectory>().FindAsync(scene.Tenant.Id, "default", newcomer));

        await OpenAsync();
        Assert.True((await scene.CheckAsync(id, code)).Valid);
        Assert.Equal(ReplyKind.Ok, (await scene.StartAsync(command: scene.Command(newcomer))).Kind);
    }

    [Fact]
    public async Task WhatNobodyAskedForNow_WhileEventsCannotLeave_GoesOn()
    {
        var scene = await AliasScene.SetAsync(_silos);
        var (id, _) = await scene.StartedAsync();
        var alias = AliasScene.Ok(await scene.GetAsync(id)).Alias;
        var other = await AliasScene.SetAsync(_silos);
        var (expiring, _) = await other.StartedAsync();
        await CloseAsync();
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(305));
        await _silos.PollDueAsync();
        await Eventually.TrueAsync(() => _silos.HotStore.Outcomes.Any(o => o.Verification == expiring), "the verification has expired");

        Assert.Equal(ReplyKind.Ok, (await scene.EraseAsync(alias)).Kind);
        Assert.Null(await _silos.KeysStore.ReadSubjectKeyAsync(alias));
        Assert.Contains(_silos.HotStore.Audit, row => System.Text.Encoding.UTF8.GetString(row.Payload).Contains("alias.erased", StringComparison.Ordinal));
        Assert.Equal(ReplyKind.Unavailable, (await other.StartAsync()).Kind);
    }

    private async Task CloseAsync()
    {
        _silos.HotStore.KeepsAudit = true;
        var scene = await AliasScene.SetAsync(_silos);
        await scene.CreateAliasAsync();
        await _silos.AdvanceAsync(TimeSpan.FromSeconds(12));
        await Eventually.TrueAsync(
            async () =>
            {
                await _silos.AdvanceAsync(TimeSpan.FromSeconds(1));
                return _silos.Get<AuditBound>().Reason != AuditBoundReason.None;
            },
            "the outbox is at its bound");
    }

    private async Task OpenAsync()
    {
        _silos.HotStore.KeepsAudit = false;
        await Eventually.TrueAsync(
            async () =>
            {
                await _silos.AdvanceAsync(TimeSpan.FromSeconds(1));
                return _silos.Get<AuditBound>().Reason == AuditBoundReason.None;
            },
            "the outbox is empty");
    }
}
