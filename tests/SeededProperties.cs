using FsCheck.Xunit;

[assembly: MaskedVerify.Tests.SeededProperties]

namespace MaskedVerify.Tests;

/// <summary>Lets every property of a test project begin with the input that <c>FSCHECK_REPLAY</c> names, as a failed one prints it: <c>FSCHECK_REPLAY='(1,3,75)'</c>.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
#pragma warning disable xUnit3003 // It marks an assembly and is no test, so there is no place to point at.
internal sealed class SeededPropertiesAttribute : PropertiesAttribute
#pragma warning restore xUnit3003
{
    public SeededPropertiesAttribute()
    {
        if (Environment.GetEnvironmentVariable("FSCHECK_REPLAY") is { Length: > 0 } seed)
            Replay = seed;
    }
}
