using Orleans.Concurrency;

namespace MaskedVerify.Grains.AliasDesks;

/// <summary>Stateless counter on vault silos: turns a number into its alias and passes the command to the alias' grain. One call from the front.</summary>
/// <remarks>A desk owns nothing, so its calls may interleave: one that waits for a commit holds up no other.</remarks>
[GrainInterfaceType("mv.alias-desk")]
public interface IAliasDeskGrain : IGrainWithStringKey
{
    /// <summary>Starts a verification of a number or of an alias.</summary>
    [Alias("Start"), AlwaysInterleave]
    Task<VerificationReply> Start(Caller caller, CommandStamp stamp, StartCommand command);

    /// <summary>The alias of a number, made when it is new.</summary>
    [Alias("CreateAlias"), AlwaysInterleave]
    Task<AliasReply> CreateAlias(Caller caller, CommandStamp stamp, CreateAliasCommand command);
}
