using Microsoft.Extensions.Options;

namespace MaskedVerify.Storage;

/// <summary>Generated from the annotations of <see cref="StorageOptions"/>; reports every mistake at once.</summary>
[OptionsValidator]
internal sealed partial class StorageOptionsValidator : IValidateOptions<StorageOptions>;
