using MaskedVerify.Carriers.Smpp;
using MaskedVerify.Carriers.Tests.Sandbox;
using MaskedVerify.Testing.Carriers;
using Microsoft.Extensions.Time.Testing;

namespace MaskedVerify.Carriers.Tests.Smpp;

/// <summary>What depends on time, on a fake clock: deadlines, keep-alive, throttling, reconnecting.</summary>
public sealed class SmppTimeTests
{
    private static readonly CarrierMessage s_message = SandboxHost.Message("+12025550100");
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Submit_WhenNoAnswerInEightSeconds_IsUnansweredAndTheIdOfALateAnswerKept()
    {
        await using var centre = SmppCentre.Start();
        var release = new TaskCompletionSource();
        centre.Reply = message => message.Number == 1 ? CentreReply.Accept with { Until = release.Task } : CentreReply.Accept;
        await using var host = await StartAsync(centre);

        var submittedAt = _time.GetUtcNow();
        var submit = host.SubmitAsync(s_message);
        await Eventually.TrueAsync(() => centre.Messages.Count == 1, "the submit is with the centre");
        _time.Advance(TimeSpan.FromSeconds(7.9));
        Assert.False(submit.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal((CarrierError.NoAnswer, (string?)null), ((await submit).Error, (await submit).MessageId));

        release.SetResult();
        await Eventually.TrueAsync(() => host.LateAnswers.Count == 1, "the id of the late answer is kept");
        Assert.Equal(new LateAnswer(host.Session.Id, s_message.Verification, s_message.Attempt, "1", 1, submittedAt), host.LateAnswers[0]);
        Assert.Equal(0, host.Ignored("late-answer"));
        Assert.Equal(CarrierError.None, (await host.SubmitAsync(s_message)).Error);
        Assert.Equal(1, centre.Binds);
    }

    [Theory]
    [InlineData(9, 1)]
    [InlineData(10.5, 0)]
    public async Task Submit_WhenTheAnswerIsMinutesLate_KeepsItsIdForTenMinutes(double minutes, int kept)
    {
        await using var centre = SmppCentre.Start();
        var release = new TaskCompletionSource();
        centre.Reply = message => message.Number == 1 ? CentreReply.Accept with { Until = release.Task } : CentreReply.Accept;
        await using var host = await StartAsync(centre, ("Smpp:Window", "1"), ("Smpp:EnquireInterval", "00:10:00"), ("Smpp:MessageIdFormat", "Hexadecimal"));
        var first = host.SubmitAsync(s_message);
        await Eventually.TrueAsync(() => centre.Messages.Count == 1, "the submit is with the centre");
        _time.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal(CarrierError.NoAnswer, (await first).Error);

        // Its slot is free again long before its answer.
        Assert.Equal(CarrierError.None, (await AdvancedAsync(SubmitWhenFreeAsync(host))).Error);
        _time.Advance(TimeSpan.FromMinutes(minutes - 1));
        var end = _time.GetUtcNow() + TimeSpan.FromMinutes(1);
        await AdvanceUntilAsync(() => _time.GetUtcNow() >= end, "the time is over");
        release.SetResult();
        await Eventually.TrueAsync(() => host.LateAnswers.Count + host.Ignored("unasked-answer") == 1, "the answer is read");
        Assert.Equal(kept, host.LateAnswers.Count);
        Assert.Equal(CarrierError.None, (await host.SubmitAsync(s_message)).Error);
    }

    [Fact]
    public async Task Submit_WhenALateAnswerRefuses_IsOnlyCounted()
    {
        await using var centre = SmppCentre.Start();
        var release = new TaskCompletionSource();
        centre.Reply = _ => CentreReply.Refuse(0x45) with { Until = release.Task };
        await using var host = await StartAsync(centre);
        var submit = host.SubmitAsync(s_message);
        await Eventually.TrueAsync(() => centre.Messages.Count == 1, "the submit is with the centre");
        _time.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal(CarrierError.NoAnswer, (await submit).Error);
        release.SetResult();
        await Eventually.TrueAsync(() => host.Ignored("late-answer") == 1, "the late answer is counted");
        Assert.Empty(host.LateAnswers);
    }

    [Fact]
    public async Task Submit_WhenOnlyAnEarlierPartIsAnsweredLate_KeepsNoId()
    {
        await using var centre = SmppCentre.Start();
        var release = new TaskCompletionSource();
        centre.Reply = _ => CentreReply.Accept with { Until = release.Task };
        await using var host = await StartAsync(centre);
        var submit = host.SubmitAsync(s_message with { Text = new string('x', 200) });
        await Eventually.TrueAsync(() => centre.Messages.Count == 1, "the first part is with the centre");
        _time.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal(CarrierError.NoAnswer, (await submit).Error);
        release.SetResult();
        await Eventually.TrueAsync(() => host.Ignored("late-answer") == 1, "the late answer is counted");
        Assert.Empty(host.LateAnswers);
    }

    [Fact]
    public async Task Submit_WhenTheWindowStaysFull_IsNotSent()
    {
        await using var centre = SmppCentre.Start();
        centre.Reply = _ => CentreReply.Silence;
        await using var host = await StartAsync(centre, ("Smpp:Window", "1"));
        var first = host.SubmitAsync(s_message);
        await Eventually.TrueAsync(() => centre.Messages.Count == 1, "the submit is with the centre");
        var second = host.SubmitAsync(s_message);
        _time.Advance(TimeSpan.FromSeconds(8));
        Assert.Equal(CarrierError.NoAnswer, (await first).Error);
        Assert.Equal(CarrierError.NotSent, (await second).Error);

        // The unanswered submit keeps its slot until it is given up for good: then the session works again.
        Assert.Equal(CarrierError.NotSent, (await AdvancedAsync(host.SubmitAsync(s_message))).Error);
        centre.Reply = _ => CentreReply.Accept;
        await EnquireAsync(centre);
        await EnquireAsync(centre);
        Assert.Equal(CarrierError.None, (await host.SubmitAsync(s_message)).Error);
        Assert.Single(centre.Messages, message => message.Number == 1);
        Assert.Equal(2, centre.Messages.Count);
    }

    [Fact]
    public async Task Submit_WhenKeepAlivesAreFarApart_FreesTheSlotOfAnUnansweredOneAfterThirtySeconds()
    {
        await using var centre = SmppCentre.Start();
        centre.Reply = _ => CentreReply.Silence;
        await using var host = await StartAsync(centre, ("Smpp:Window", "1"), ("Smpp:EnquireInterval", "00:10:00"), ("Smpp:Deadline", "00:01:00"));
        var first = host.SubmitAsync(s_message);
        await Eventually.TrueAsync(() => centre.Messages.Count == 1, "the submit is with the centre");
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(CarrierError.NoAnswer, (await first).Error);
        centre.Reply = _ => CentreReply.Accept;
        Assert.Equal(CarrierError.None, (await AdvancedAsync(host.SubmitAsync(s_message))).Error);
        Assert.Equal(0, centre.Enquiries);
    }

    [Fact]
    public async Task Submit_WhenThrottled_IsToldToWaitAndTheNextOneWaits()
    {
        await using var centre = SmppCentre.Start();
        centre.Reply = message => message.Number == 1 ? CentreReply.Refuse(0x58) : CentreReply.Accept;
        await using var host = await StartAsync(centre);
        var first = await host.SubmitAsync(s_message);
        Assert.Equal((CarrierError.Throttled, (TimeSpan?)ThrottleRules.FirstPause), (first.Error, first.RetryAfter));
        Assert.False(host.Session.IsReady);
        Assert.EndsWith("throttled", host.Session.StatusText, StringComparison.Ordinal);

        var second = host.SubmitAsync(s_message);
        _time.Advance(ThrottleRules.FirstPause - TimeSpan.FromMilliseconds(1));
        Assert.False(second.IsCompleted);
        Assert.Single(centre.Messages);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(CarrierError.None, (await second).Error);
        Assert.True(host.Session.IsReady);
    }

    [Fact]
    public async Task Submit_WhenThrottlingGoesOn_PausesLonger()
    {
        await using var centre = SmppCentre.Start();
        centre.Reply = _ => CentreReply.Refuse(0x14);
        await using var host = await StartAsync(centre);
        var pauses = new List<double>();
        for (var i = 0; i < 7; i++)
        {
            var result = await host.SubmitAsync(s_message);
            pauses.Add(result.RetryAfter!.Value.TotalMilliseconds);
            _time.Advance(result.RetryAfter.Value);
        }

        Assert.Equal([250, 500, 1000, 2000, 4000, 5000, 5000], pauses);
    }

    [Fact]
    public async Task KeepAlive_WhenAnswered_GoesOn()
    {
        await using var centre = SmppCentre.Start();
        await using var host = await StartAsync(centre);
        for (var i = 1; i <= 3; i++)
        {
            await EnquireAsync(centre);
        }

        Assert.Equal((1, true), (centre.Binds, host.Session.IsReady));
    }

    [Fact]
    public async Task KeepAlive_WhenNotAnswered_EndsTheSessionAndItsSubmits()
    {
        await using var centre = SmppCentre.Start(new SmppCentreOptions { AnswersEnquireLink = false });
        centre.Reply = _ => CentreReply.Silence;
        await using var host = await StartAsync(centre, ("Smpp:Deadline", "00:01:00"));
        var submit = host.SubmitAsync(s_message);
        await Eventually.TrueAsync(() => centre.Messages.Count == 1, "the submit is with the centre");
        await EnquireAsync(centre);

        // A centre that sends bytes without ever completing a unit is no more alive than a silent one.
        await centre.SendRawAsync(new byte[] { 0, 0, 1 });
        Assert.Equal(CarrierError.NoAnswer, (await AdvancedAsync(submit)).Error);
        await ReboundAsync(centre, host);
    }

    [Fact]
    public async Task Bind_WhenNotAnswered_IsTriedAgain()
    {
        await using var centre = SmppCentre.Start(new SmppCentreOptions { AnswersBind = false });
        await using var host = await SmppHost.StartAsync(centre.Port, _time, null, waitUntilReady: false);
        await Eventually.TrueAsync(() => centre.BindTries == 1, "a bind");
        Assert.Equal(CarrierError.NotSent, (await host.SubmitAsync(s_message)).Error);
        await AdvanceUntilAsync(() => centre.BindTries == 2, "a second bind");
        Assert.False(host.Session.IsReady);
    }

    [Fact]
    public async Task Receipt_WhenTheSinkHangs_IsAskedForAgainAfterTenSeconds()
    {
        await using var centre = SmppCentre.Start();
        var sink = new HangingSink();
        await using var host = await SmppHost.StartAsync(centre.Port, _time, sink, waitUntilReady: true);
        await host.SubmitAsync(s_message);
        await Eventually.TrueAsync(() => sink.Calls == 1, "the sink is asked");
        Assert.Empty(centre.ReceiptAnswers);
        _time.Advance(TimeSpan.FromSeconds(10));
        await Eventually.TrueAsync(() => centre.ReceiptAnswers is [0x64], "the centre is asked to send it again");
    }

    private Task<SmppHost> StartAsync(SmppCentre centre, params (string Key, string Value)[] settings) =>
        SmppHost.StartAsync(centre.Port, _time, null, waitUntilReady: true, settings);

    // While the window is full a submit ends unsent.
    private async Task<CarrierResult> SubmitWhenFreeAsync(SmppHost host)
    {
        CarrierResult result;
        while ((result = await host.SubmitAsync(s_message)).Error == CarrierError.NotSent)
        {
        }

        return result;
    }

    private Task EnquireAsync(SmppCentre centre)
    {
        var before = centre.Enquiries;
        return AdvanceUntilAsync(() => centre.Enquiries > before, "a keep-alive");
    }

    private async Task<CarrierResult> AdvancedAsync(Task<CarrierResult> submit)
    {
        await AdvanceUntilAsync(() => submit.IsCompleted, "the submit ends");
        return await submit;
    }

    private Task ReboundAsync(SmppCentre centre, SmppHost host) => AdvanceUntilAsync(() => centre.Binds == 2 && host.Session.IsReady, "a second bind");

    // In small steps, each of which gives other threads a real moment: what is due on the fake clock has to be set up by them first.
    private Task AdvanceUntilAsync(Func<bool> done, string what) => Eventually.TrueAsync(
        () =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(200));
            return done();
        },
        what);
}
