using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MaskedVerify.Architecture.Tests.Reading;
using MaskedVerify.Domain;

namespace MaskedVerify.Architecture.Tests.Privacy;

/// <summary>No type of the product prints a number, a code, a secret or the text of a message, whoever formats it.</summary>
public sealed class MaskingTests
{
    private const string Digits = "447400123456";
    private const string Code = "918273";
    private const string Secret = "canary-5ecret";

    private const BindingFlags Instance = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;

    /// <summary>Text members of these names hold what must not be printed.</summary>
    private static readonly string[] SecretNames = ["Text", "Code", "Number", "PhoneNumber", "Digits", "Secret", "Password", "Pin", "RootKey", "OperatorKey", "ObserverKey", "SandboxKey"];

    /// <summary>Texts that hold nobody's data: documented example numbers, sentences about readiness, schema scripts, lines that the scanner has passed.</summary>
    private static readonly string[] Harmless =
    [
        "MaskedVerify.Carriers.Sandbox.SandboxNumber", "MaskedVerify.Front.Sandbox.SandboxNumberResource", "MaskedVerify.Grains.ReadinessItem",
        "MaskedVerify.Front.Operations.HealthCheckResource", "MaskedVerify.Storage.SchemaScript", "MaskedVerify.Privacy.ScannedState", "MaskedVerify.Privacy.ScannedException",
    ];

    public static TheoryData<Type> Carriers =>
        [.. Product.Assemblies.SelectMany(Product.WrittenTypes).Where(t => IsInstantiable(t) && !Harmless.Contains(t.FullName, StringComparer.Ordinal) && Fill(t) is not null)];

    [Theory]
    [MemberData(nameof(Carriers))]
    public void Type_ThatHoldsSomethingSensitive_DoesNotPrintIt(Type type) => AssertSilent(Fill(type)!.ToString());

    public static TheoryData<object> Values => [Number(), OneTime(), IdempotencyKey.TryParse(Secret, out var key) ? key : default];

    [Theory]
    [MemberData(nameof(Values))]
    public void SensitiveValue_InTextJsonAndDebugger_IsMasked(object value)
    {
        AssertSilent(value.ToString());
        AssertSilent($"{value}");
        AssertSilent(JsonSerializer.Serialize(value, value.GetType()));
        AssertSilent(JsonSerializer.Serialize(new { Value = value }));
        var display = value.GetType().GetCustomAttribute<System.Diagnostics.DebuggerDisplayAttribute>();
        Assert.NotNull(display);
        Assert.DoesNotContain("Reveal", display.Value, StringComparison.Ordinal);
        Assert.All(
            value.GetType().GetFields(Instance),
            f => Assert.Equal(System.Diagnostics.DebuggerBrowsableState.Never, f.GetCustomAttribute<System.Diagnostics.DebuggerBrowsableAttribute>()?.State));
    }

    [Fact]
    public void Check_OfARecordThatPrintsItsMembers_FindsIt()
    {
        var printed = Fill(typeof(PlantedMessage))!.ToString();
        Assert.Throws<Xunit.Sdk.DoesNotContainException>(() => AssertSilent(printed));
    }

    private static void AssertSilent(string? printed)
    {
        foreach (var canary in new[] { Digits, Code, Secret })
        {
            Assert.DoesNotContain(canary, printed ?? string.Empty, StringComparison.Ordinal);
        }
    }

    private static bool IsInstantiable(Type type) => type is { IsAbstract: false, IsGenericTypeDefinition: false, IsEnum: false, IsByRefLike: false } && !typeof(Delegate).IsAssignableFrom(type);

    // An instance whose sensitive members hold canaries, made without running a constructor; null when it has no such member.
    private static object? Fill(Type type)
    {
        var sensitive = FieldsOf(type).Select(f => (Field: f, Value: Canary(f))).Where(f => f.Value is not null).ToArray();
        if (sensitive.Length == 0)
        {
            return null;
        }

        var instance = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var (field, value) in sensitive)
        {
            field.SetValue(instance, value);
        }

        return instance;
    }

    private static IEnumerable<FieldInfo> FieldsOf(Type? type) => type is null || type == typeof(object)
        ? []
        : type.GetFields(Instance | BindingFlags.DeclaredOnly).Concat(FieldsOf(type.BaseType));

    private static object? Canary(FieldInfo field)
    {
        var name = field.Name.Trim('_').Split('>')[0].TrimStart('<');
        return field.FieldType == typeof(PhoneNumber) ? Number()
            : field.FieldType == typeof(OneTimeCode) ? OneTime()
            : field.FieldType == typeof(string) && SecretNames.Contains(name, StringComparer.OrdinalIgnoreCase) && !IsPublicText(field.DeclaringType!)
                ? $"{Digits} {Code} {Secret}"
                : null;
    }

    // Values whose whole identity is one text that is safe to print.
    private static bool IsPublicText(Type type) => type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ITextValue<>));

    private static PhoneNumber Number() => PhoneNumber.FromE164Digits(Digits);

    private static OneTimeCode OneTime() => OneTimeCode.TryParse(Code, out var code) ? code : default;

    private sealed record PlantedMessage(string Text);
}
