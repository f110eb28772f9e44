using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace MaskedVerify.Grains.Tests.Plumbing;

/// <summary>
/// Compares a state with the bytes that an earlier release stored, in <c>{name}.hex</c> beside the test. A file that does not exist is written and the test fails:
/// look at it, keep it, and never change it again.
/// </summary>
internal static class GoldenBytes
{
    /// <summary>Checks that the value still gives these bytes, and returns what is read from them.</summary>
    internal static T Check<T>(string name, T value, [CallerFilePath] string test = "")
    {
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer>();
        var bytes = serializer.SerializeToArray(value);
        var file = Path.Combine(AppContext.BaseDirectory, Path.GetFileName(Path.GetDirectoryName(test)!), name + ".hex");
        if (!File.Exists(file))
        {
            File.WriteAllText(Path.Combine(Path.GetDirectoryName(test)!, name + ".hex"), Convert.ToHexString(bytes) + "\n");
            Assert.Fail($"{name}.hex was written: look at it and keep it.");
        }

        var golden = Convert.FromHexString(File.ReadAllText(file).Trim());
        Assert.Equal(Convert.ToHexString(golden), Convert.ToHexString(bytes));
        return serializer.Deserialize<T>(golden)!;
    }
}
