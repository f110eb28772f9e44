using System.Reflection;
using MaskedVerify.Domain;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Privacy;

namespace MaskedVerify.Grains.Tests.PhoneAliases;

/// <summary>No member of a command is forgotten: each is flipped by reflection, so a new one is flipped too.</summary>
public sealed class CommandMembersTests
{
    private static readonly AliasId s_alias = AliasId.Create('a', 7, 8);

    private static readonly object[] s_commands =
    [
        new AliasStart(s_alias, "buyer", [1], default, "order-42", "login", "de", 7, 120, ResendPolicy.Rotate),
        new AliasOpen(s_alias, "buyer", [1], default),
        new AliasCheck(VerificationId.Create('a', s_alias, 1, 2), Code("123456")),
        new AliasResend(VerificationId.Create('a', s_alias, 1, 2), Channel.Sms),
        new AliasCancel(VerificationId.Create('a', s_alias, 1, 2)),
        new AliasErase(s_alias),
    ];

    public static TheoryData<int, string> Members =>
        [.. s_commands.SelectMany((c, i) => MembersOf(c).Where(m => m.GetCustomAttribute<NotAskedAttribute>() is null).Select(m => (i, m.Name)))];

    [Theory]
    [MemberData(nameof(Members))]
    public void Of_WhenAMemberDiffers_Differs(int index, string member)
    {
        var command = s_commands[index];
        var before = Parts(command);
        Assert.Equal(before, Parts(Clone(command)));

        var flipped = Clone(command);
        var property = command.GetType().GetProperty(member)!;
        property.SetValue(flipped, Other(property.GetValue(command)!));
        Assert.NotEqual(before, Parts(flipped));
        Assert.Equal(before.Length, Parts(flipped).Length);
        Assert.Single(before.Zip(Parts(flipped)), pair => pair.First != pair.Second);

        if (Nullable.GetUnderlyingType(property.PropertyType) is not null || property.PropertyType == typeof(string))
        {
            property.SetValue(flipped, null);
            Assert.NotEqual(before, Parts(flipped));
        }
    }

    [Fact]
    public void Of_Any_HoldsNoCode() => Assert.DoesNotContain(Parts(s_commands[2]), p => p.Contains("123456", StringComparison.Ordinal));

    [Fact]
    public void Of_WhenCommandsHaveTheSameMembers_TellsThemApart() => Assert.NotEqual(
        Parts(new AliasCancel(VerificationId.Create('a', s_alias, 1, 2))),
        Parts(new Twin(VerificationId.Create('a', s_alias, 1, 2))));

    [Fact]
    public void Of_WhenATypeIsNotKnown_Throws() => Assert.Throws<NotSupportedException>(() => Parts(new Unknown(1.5)));

    private sealed record Twin(VerificationId Id);

    private sealed record Unknown(double Member);

    private static string[] Parts(object command) => (string[])typeof(CommandMembers)
        .GetMethod(nameof(CommandMembers.Of), BindingFlags.Static | BindingFlags.NonPublic)!
        .MakeGenericMethod(command.GetType())
        .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [command, default(TenantId), new PlainCodes()], null)!;

    private static PropertyInfo[] MembersOf(object command) => command.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public);

    private static object Clone(object command) => command.GetType().GetMethod("<Clone>$")!.Invoke(command, null)!;

    private static object Other(object value) => value switch
    {
        string text => text + "x",
        int number => number + 1,
        ResendPolicy => ResendPolicy.Reuse,
        Channel => Channel.Voice,
        AliasId => AliasId.Create('a', 9, 8),
        VerificationId => VerificationId.Create('a', s_alias, 3, 2),
        OneTimeCode => Code("123457"),
        _ => throw new NotSupportedException(value.GetType().Name),
    };

    private static OneTimeCode Code(string text) => OneTimeCode.TryParse(text, out var code) ? code : throw new ArgumentException("No code.", nameof(text));

    /// <summary>A MAC that turns the digits round: enough to tell codes apart.</summary>
    private sealed class PlainCodes : ICodeProtector
    {
        public byte[] Mac(TenantId tenant, VerificationId verification, int send, OneTimeCode code)
        {
            var digits = new byte[OneTimeCode.MaxLength];
            code.Reveal(digits);
            return Array.ConvertAll(digits, d => (byte)~d);
        }

        public bool Matches(ReadOnlySpan<byte> mac, TenantId tenant, VerificationId verification, int send, OneTimeCode code) => throw new NotSupportedException();

        public ValueTask<byte[]> SealAsync(
            TenantId tenant, AliasId alias, VerificationId verification, int send, OneTimeCode code, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public ValueTask<OneTimeCode> OpenAsync(
            TenantId tenant, AliasId alias, VerificationId verification, int send, ReadOnlyMemory<byte> sealedCode, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();
    }
}
