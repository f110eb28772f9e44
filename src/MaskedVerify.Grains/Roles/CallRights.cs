using System.Collections.Concurrent;
using System.Reflection;

namespace MaskedVerify.Grains;

/// <summary>
/// Whether a call of one of our grains may come from where it comes from. It looks at who the sender says it is: it keeps the code of a front from reaching what is
/// not a front's, and does not replace the credential that every call for a person's data carries.
/// </summary>
internal sealed class CallRights(ClusterRoles cluster, ILocalSiloDetails local)
{
    private readonly GrainId _self = ClusterRoles.CallerIdOf(local.SiloAddress);
    private readonly ConcurrentDictionary<MethodInfo, SiloRoles> _open = new();

    /// <summary>True for calls of grains, of this silo itself, of clients that came through the gateway, and of silos that the method is open to.</summary>
    internal ValueTask<bool> AllowsAsync(GrainId? source, MethodInfo? method) =>
        source is not { } id || !id.IsClient() || id == _self || method?.DeclaringType?.Assembly != typeof(CallRights).Assembly
            ? ValueTask.FromResult(true)
            : JudgeAsync(id, method);

    private async ValueTask<bool> JudgeAsync(GrainId source, MethodInfo method) =>
        await cluster.OfCallerAsync(source) is not { } roles || (roles & _open.GetOrAdd(method, OpenTo)) != SiloRoles.None;

    /// <summary>Roles that may call a method.</summary>
    internal static SiloRoles OpenTo(MethodInfo method)
    {
        var open = method.GetCustomAttribute<OpenToAttribute>() ?? method.DeclaringType?.GetCustomAttribute<OpenToAttribute>();
        var judged = method.GetParameters() is [{ } first, ..] && first.ParameterType == typeof(Caller);
        return SiloRoles.Vault | (open?.Roles ?? SiloRoles.None) | (judged ? SiloRoles.Front : SiloRoles.None);
    }
}
