using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Vantage.Actors.Runtime;
using Vantage.Actors.Wire;
using Vantage.Runtime.Contract;

namespace Vantage.Actors.Orleans.Tests;

/// <summary>What silos send each other, through the serializer as a silo has it.</summary>
public sealed class WireTests : IAsyncDisposable
{
    private static readonly ActorId Squad = new(ActorKinds.Squad, "沪A12345");
    private static readonly Origin Somebody = new(Person: "li", Post: "duty", Cause: "c1", Correlation: "r1", Name: "李");

    private readonly ServiceProvider _ours = ServicesOf(Probe.Messages);

    public ValueTask DisposeAsync() => _ours.DisposeAsync();

    [Fact(DisplayName = "A parcel goes over with all its mails: message, origin, and whether an answer is waited for")]
    public void Parcels_travel()
    {
        var parcel = new Parcel([new Mail(new Keep(7), Somebody, DistantAsk.Instance), new Mail(new Read(), Origin.System)]);

        var mails = Sent(parcel).Mails;

        Assert.Equal([new Keep(7), new Read()], mails.Select(mail => mail.Message));
        Assert.Equal([Somebody, Origin.System], mails.Select(mail => mail.Origin));
        Assert.Equal([true, false], mails.Select(mail => mail.Ask is not null));
    }

    [Fact(DisplayName = "What an activation sent itself arrives elsewhere as something that means nothing")]
    public void Own_mails_are_stale()
    {
        var parcel = new Parcel([new Mail(new Rang("t", 1), Origin.System, owner: new NamedTimer("t", 0, 0, new Rang("t", 1)))]);

        var sent = Sent(parcel);

        Assert.True(sent.IsOwn);
        Assert.IsNotType<NamedTimer>(sent.Mails[0].Owner);
    }

    [Fact(DisplayName = "A turn's result goes over: how far it came, replies by their place, and whose fault it was")]
    public void Results_travel()
    {
        var result = new TurnResult
        {
            Taken = 3,
            Replies = [(0, 41), (2, new Seen([1, 2]))],
            Thrown = new ActorFailedException(Squad, "Keep threw FormatException", new FormatException("no")),
        };

        var sent = Sent(result);

        Assert.Equal(3, sent.Taken);
        Assert.Equal([(0, 41), (2, new Seen([1, 2]))], sent.Replies);
        Assert.Null(sent.Refused);
        Assert.Equal((Squad, "Keep threw FormatException", "no"), (sent.Thrown!.Actor, sent.Thrown.Reason, sent.Thrown.InnerException!.Message));
        Assert.True(Sent(new TurnResult { Taken = 1, IsNobody = true }).IsNobody);
    }

    [Fact(DisplayName = "That storage refused is known on the other side, too")]
    public void Refusals_travel()
    {
        var refused = new ActorFailedException(Squad, "its events could not be made durable", new IOException("disk full"));

        var sent = Sent(new TurnResult { Taken = 1, Refused = refused }).Refused!;

        Assert.Equal("disk full", Assert.IsType<IOException>(sent.InnerException).Message);
    }

    [Fact(DisplayName = "Questions to shards, their answers, and what nodes say go over")]
    public void Shards_and_nodes_travel()
    {
        Assert.Equal(new ShardQuestion(new Read()), Sent(new ShardQuestion(new Read())));
        Assert.Equal(new ShardAnswer(new Seen([1]), null), Sent(new ShardAnswer(new Seen([1]), null)));
        Assert.Equal("down", Assert.IsType<InvalidOperationException>(Sent(new ShardAnswer(null, new InvalidOperationException("down"))).Failure).Message);
        Assert.Equal(new NodeSaid(new Keep(1)), Sent(new NodeSaid(new Keep(1))));
    }

    [Fact(DisplayName = "A message of another version, or of no known name, is told apart from the others and named with both versions")]
    public async Task Other_versions_are_named()
    {
        await using var theirs = ServicesOf(new WireCatalog().Add<Keep>("keep", version: 2).Add<Read>("read").Add<Leave>("go"));
        var bytes = theirs.GetRequiredService<Serializer>().SerializeToArray(
            new Parcel([new Mail(new Keep(1), Somebody), new Mail(new Read(), Somebody), new Mail(new Leave(), Somebody)]));

        var mails = _ours.GetRequiredService<Serializer>().Deserialize<Parcel>(bytes)!.Mails;

        Assert.Equal(
            [
                new Unreadable("Message keep:2 was sent, and this node reads keep:1: nodes of different versions in one cluster?"),
                new Read(),
                new Unreadable("Message go:1 was sent, and this node knows none of that name: nodes of different versions in one cluster?"),
            ],
            mails.Select(mail => mail.Message));
    }

    [Fact(DisplayName = "A message that is in no catalog does not leave, and the others do")]
    public void Strangers_stay()
    {
        var mails = Sent(new Parcel([new Mail(new Unknown(), Somebody), new Mail(new Read(), Somebody)])).Mails;

        Assert.Equal([new Unreadable("Unknown is not in the wire catalog: it cannot leave the process."), new Read()], mails.Select(mail => mail.Message));
    }

    [Fact(DisplayName = "Within a silo everything passes as the object that it is")]
    public void Objects_stay_the_same()
    {
        var copier = _ours.GetRequiredService<DeepCopier>();
        var (parcel, said) = (new Parcel([]), new NodeSaid(new Keep(1)));

        Assert.Same(parcel, copier.Copy(parcel));
        Assert.Same(said, copier.Copy(said));
    }

    private static ServiceProvider ServicesOf(WireCatalog messages) => new ServiceCollection()
        .AddSingleton(new WireForms(messages))
        .AddSerializer(serializer => serializer.AddAssembly(typeof(OrleansRuntime).Assembly))
        .BuildServiceProvider();

    private T Sent<T>(T value)
    {
        var serializer = _ours.GetRequiredService<Serializer>();
        return serializer.Deserialize<T>(serializer.SerializeToArray(value))!;
    }
}
