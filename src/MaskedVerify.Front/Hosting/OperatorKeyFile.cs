using MaskedVerify.Front.Configuration;
using MaskedVerify.Front.Security;

namespace MaskedVerify.Front.Hosting;

/// <summary>The operator's key: from the environment, or from <c>operator.key</c> in the data folder, made at the first start.</summary>
internal sealed class OperatorKeyFile
{
    /// <summary>Name of the file.</summary>
    public const string Name = "operator.key";

    public OperatorKeyFile(DataFolder folder, FrontOptions options, ServerInfo info)
    {
        var text = options.OperatorKey ?? folder.ReadSecret(Name);
        if (string.IsNullOrEmpty(text))
        {
            text = OperatorKey.Create();
            folder.WriteSecret(Name, text);
        }

        Key = new OperatorKey(text);
        info.OperatorKeyFile = options.OperatorKey is null ? Path.Combine(folder.Path, Name) : null;
    }

    /// <summary>The key.</summary>
    public OperatorKey Key { get; }
}
