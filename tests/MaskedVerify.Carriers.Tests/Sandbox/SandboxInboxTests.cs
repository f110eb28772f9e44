using System.Globalization;
using FsCheck.Xunit;
using MaskedVerify.Carriers.Sandbox;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace MaskedVerify.Carriers.Tests.Sandbox;

public sealed class SandboxInboxTests
{
    [Fact]
    public void List_WhenMessagesCame_IsNewestFirstAndBounded()
    {
        var inbox = Inbox(total: 100, perAlias: 3);
        for (var i = 0; i < 5; i++)
        {
            inbox.Add(SandboxHost.Message("+12025550100", attempt: i, code: $"12340{i}"), "delivered");
        }

        Assert.Equal(["123404", "123403", "123402"], inbox.List(SandboxHost.Alias(1)).Select(message => message.Code));
        Assert.Equal(["123404"], inbox.List(SandboxHost.Alias(1), 1).Select(message => message.Code));
        Assert.Empty(inbox.List(SandboxHost.Alias(2)));
    }

    [Fact]
    public void Forget_WhenAliasIsErased_LeavesTheOthers()
    {
        var inbox = Inbox(total: 4, perAlias: 4);
        inbox.Add(SandboxHost.Message("+12025550100", alias: 1), "delivered");
        inbox.Add(SandboxHost.Message("+12025550100", alias: 2), "delivered");
        inbox.Forget(SandboxHost.Alias(1));
        inbox.Forget(SandboxHost.Alias(1));
        Assert.Empty(inbox.List(SandboxHost.Alias(1)));
        Assert.Single(inbox.List(SandboxHost.Alias(2)));
    }

    // The model: one list of everything, oldest dropped per alias and in all. A slot freed by the alias' own bound is not used twice, so the ring may drop a
    // little early; it never keeps more, never mixes aliases, and always keeps the newest.
    [Property(MaxTest = 300)]
    public void Inbox_WhenAnySequence_KeepsTheNewestOfEachAliasWithinTheBounds(byte[] steps)
    {
        const int total = 12, perAlias = 4;
        var inbox = Inbox(total, perAlias);
        var log = new List<(int Alias, int Attempt)>();
        for (var i = 0; i < steps.Length; i++)
        {
            var alias = steps[i] % 5;
            if (steps[i] > 240)
            {
                inbox.Forget(SandboxHost.Alias(alias));
                log.RemoveAll(entry => entry.Alias == alias);
                continue;
            }

            inbox.Add(SandboxHost.Message("+12025550100", alias, attempt: i), "delivered");
            log.Add((alias, i));
        }

        var newest = log.TakeLast(total).ToList();
        for (var alias = 0; alias < 5; alias++)
        {
            var shown = inbox.List(SandboxHost.Alias(alias), 100).Select(message => message.Attempt).ToList();
            var ofAlias = log.Where(entry => entry.Alias == alias).Select(entry => entry.Attempt).Reverse().ToList();
            Assert.True(shown.Count <= perAlias);
            Assert.Equal(ofAlias.Take(shown.Count), shown);
            Assert.True(shown.Count == Math.Min(perAlias, newest.Count(entry => entry.Alias == alias)) || steps.Any(step => step > 240), string.Create(CultureInfo.InvariantCulture, $"{alias}"));
        }
    }

    private static SandboxInbox Inbox(int total, int perAlias) =>
        new(Options.Create(new SandboxOptions { InboxTotal = total, InboxPerAlias = perAlias }), new FakeTimeProvider());
}
