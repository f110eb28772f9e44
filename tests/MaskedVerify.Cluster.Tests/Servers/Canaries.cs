using MaskedVerify.Domain;
using MaskedVerify.Testing;

namespace MaskedVerify.Cluster.Tests.Servers;

/// <summary>What callers told one server and what it sent: nothing of it may be in its output, its metrics or its files.</summary>
internal sealed class Canaries
{
    private readonly Lock _gate = new();
    private readonly LeakDetector _detector = new();

    public void AddNumber(string number)
    {
        Assert.True(PhoneNumber.TryParse(number, out var parsed));
        lock (_gate)
        {
            _detector.Add(parsed);
        }
    }

    public void AddCode(string code)
    {
        Assert.True(OneTimeCode.TryParse(code, out var parsed));
        lock (_gate)
        {
            _detector.Add(parsed);
        }
    }

    /// <summary>Looks at a text that nobody may find one in.</summary>
    public void Inspect(string where, string text)
    {
        lock (_gate)
        {
            _detector.Inspect(where, text);
        }
    }

    /// <summary>Looks through the output and the data folder of a server that has ended, and fails when one is there.</summary>
    public void AssertClean(IEnumerable<string> output, string? data)
    {
        foreach (var line in output)
        {
            Inspect("output", line);
        }

        lock (_gate)
        {
            if (Directory.Exists(data))
            {
                _detector.InspectDirectory(data);
            }

            _detector.AssertClean();
        }
    }
}
