using System.Reflection;

namespace MaskedVerify.Front.Tests.Support;

/// <summary>One call of a grain as the front made it.</summary>
internal sealed record GrainCall(string Key, string Method, object?[] Args)
{
    /// <summary>The first argument of a type.</summary>
    public T Arg<T>() => Args.OfType<T>().First();
}

/// <summary>Stands for any interface: every call goes to a function. Unlike a class, no generator takes it for a grain.</summary>
public class InterfaceProxy : DispatchProxy
{
    internal Func<MethodInfo, object?[], object?> Handler { get; set; } = (method, _) => throw new NotSupportedException(method.Name);

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Handler(targetMethod!, args ?? []);

    internal static object Create(Type type, Func<MethodInfo, object?[], object?> handler)
    {
        var proxy = Create(type, typeof(InterfaceProxy));
        ((InterfaceProxy)proxy).Handler = handler;
        return proxy;
    }
}
