using MaskedVerify.Cluster.Tests.Servers;
using MaskedVerify.Testing;

namespace MaskedVerify.Cluster.Tests.Operations;

/// <summary>What callers do while Prometheus watches.</summary>
internal static class ObservedWork
{
    /// <summary>Starts, right and wrong codes, refusals, problems.</summary>
    public static async Task DoAsync(Api api)
    {
        for (var i = 0; i < 3; i++)
        {
            var started = await api.StartAsync(Numbers.Next());
            await api.CheckAsync(started.Id, "0000000");
            await api.CheckAsync(started.Id, "000000");
            var right = await api.StartAsync(Numbers.Next());
            string? code = null;
            await Eventually.TrueAsync(async () => (code = await api.CodeAsync(right.Alias)) is not null, "the code is in the inbox");
            await api.CheckAsync(right.Id, code!);
            await api.CheckAsync(right.Id, "000000");
        }

        await api.StartAsync("+12025550103");
        await api.StatusOfAsync("/v1/verifications/vf-none");
    }
}
