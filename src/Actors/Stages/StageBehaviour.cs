using System.Collections.Immutable;
using System.Diagnostics;
using Vantage.Actors.Runtime;

namespace Vantage.Actors.Stages;

/// <summary>Makes a wall of these screens, or lays it out anew.</summary>
/// <param name="Pitch">From one of its pixels to the next, in millimetres; null: not known.</param>
public sealed record LayOutStage(string Name, ImmutableArray<StageScreen> Screens, double? Pitch = null);

/// <summary>The wall is not needed any more.</summary>
public sealed record RemoveStage;

/// <summary>Shows some parts of a picture on all linked screens.</summary>
public sealed record ShowOnStage(StageParts Parts, StagePicture Picture);

/// <summary>Keeps what the wall shows, and what each screen is for, as a preset.</summary>
public sealed record KeepStagePreset(string Preset);

/// <summary>Switches the whole wall to a preset. Whatever was put on single screens is taken back.</summary>
public sealed record SwitchStage(string Preset);

/// <summary>Puts a picture on one screen.</summary>
public sealed record PushToScreen(string Screen, string Role, StagePicture Picture);

/// <summary>The screen shows again what the others show.</summary>
public sealed record TakeScreenBack(string Screen);

/// <summary>The screen is linked with the others like this from now on.</summary>
public sealed record LinkScreen(string Screen, string Link);

/// <summary>Visitors have come, and the wall names nobody; or they have gone.</summary>
public sealed record SetStageVisitors(bool AreHere);

/// <summary>What became of a change.</summary>
public enum StageOutcome
{
    Done,

    /// <summary>It was so already.</summary>
    Unchanged,

    /// <summary>There is no such stage.</summary>
    NoStage,

    /// <summary>It has no such screen.</summary>
    NoScreen,
}

/// <param name="Version">Of the stage afterwards; 0 without one.</param>
/// <param name="IsNew">The stage was made by this.</param>
public sealed record StageReceipt(StageOutcome Outcome, int Version, bool IsNew);

/// <summary>A wall has these screens from now on. On the wire for ever, as all events here: add fields, never rename or reuse them.</summary>
public sealed record StageLaidOut(string Stage, DateTimeOffset At, string By, string Name, ImmutableArray<StageScreen> Screens, double? Pitch = null);

/// <summary>A wall is no more.</summary>
public sealed record StageRemoved(string Stage, DateTimeOffset At, string By);

/// <summary>The linked screens show this from now on.</summary>
public sealed record StageShown(string Stage, DateTimeOffset At, string By, StagePicture Picture);

/// <summary>A preset of a wall is this from now on.</summary>
public sealed record StagePresetKept(string Stage, DateTimeOffset At, string By, string Preset, ImmutableArray<ScreenRole> Roles, StagePicture Picture);

/// <summary>The whole wall was switched to a preset.</summary>
public sealed record StageSwitched(string Stage, DateTimeOffset At, string By, string Preset, ImmutableArray<ScreenRole> Roles, StagePicture Picture);

/// <summary>Somebody put a picture on one screen.</summary>
public sealed record ScreenPushed(string Stage, DateTimeOffset At, string By, string Screen, string Role, StagePicture Picture);

/// <summary>A screen shows again what the others show.</summary>
public sealed record ScreenTakenBack(string Stage, DateTimeOffset At, string By, string Screen);

/// <summary>Somebody linked a screen with the others, or parted it from them.</summary>
public sealed record ScreenLinked(string Stage, DateTimeOffset At, string By, string Screen, string Link);

/// <summary>Somebody said that visitors are here, or that they have gone.</summary>
public sealed record StageVisitorsSet(string Stage, DateTimeOffset At, string By, bool AreHere);

/// <summary>A stage: one wall, its screens, and what they show, so that one that joins late or comes back shows what the others show.</summary>
public sealed class StageBehaviour : IBehaviour
{
    private Stage? _stage;

    public void Receive(object message, IActorContext context)
    {
        var isNew = _stage is null;
        var (outcome, @event) = Decide(message, context);
        if (@event is not null)
        {
            context.Record(@event);
            context.Publish(@event);
        }

        context.Reply(new StageReceipt(outcome, _stage?.Version ?? 0, isNew && _stage is not null));
    }

    public void Apply(object @event) => _stage = Stage.Fold(_stage, @event);

    private (StageOutcome Outcome, object? Event) Decide(object message, IActorContext context)
    {
        var (key, at, by) = (context.Self.Key, context.Now, context.Origin.Who ?? "");
        return (message, _stage) switch
        {
            (LayOutStage lay, _) => (StageOutcome.Done, new StageLaidOut(key, at, by, lay.Name, lay.Screens, lay.Pitch)),
            (RemoveStage or ShowOnStage or KeepStagePreset or SwitchStage or PushToScreen or TakeScreenBack or LinkScreen or SetStageVisitors, null) => (StageOutcome.NoStage, null),
            (RemoveStage, _) => (StageOutcome.Done, new StageRemoved(key, at, by)),
            (ShowOnStage show, { } stage) => stage.Picture.With(show.Parts, show.Picture) is var picture && picture == stage.Picture
                ? (StageOutcome.Unchanged, null) : (StageOutcome.Done, new StageShown(key, at, by, picture)),
            (KeepStagePreset keep, { } stage) => (StageOutcome.Done, new StagePresetKept(
                key, at, by, keep.Preset, [.. stage.Screens.Select(screen => new ScreenRole(screen.Key, stage.RoleOf(screen)))],
                stage.Picture with { Replay = null })), // A replay ends; a preset stays.
            (SwitchStage change, { } stage) => (StageOutcome.Done, new StageSwitched(
                key, at, by, change.Preset, stage.Kept.TryGetValue(change.Preset, out var kept) ? kept.Roles : [], stage.PictureOfPreset(change.Preset))),
            (PushToScreen push, { } stage) => stage.Find(push.Screen) is null
                ? (StageOutcome.NoScreen, null) : (StageOutcome.Done, new ScreenPushed(key, at, by, push.Screen, push.Role, push.Picture)),
            (TakeScreenBack back, { } stage) => stage.Find(back.Screen) is null ? (StageOutcome.NoScreen, null)
                : stage.Pushed.ContainsKey(back.Screen) ? (StageOutcome.Done, new ScreenTakenBack(key, at, by, back.Screen)) : (StageOutcome.Unchanged, null),
            (LinkScreen link, { } stage) => stage.Find(link.Screen) is not { } linked ? (StageOutcome.NoScreen, null)
                : linked.Link == link.Link ? (StageOutcome.Unchanged, null) : (StageOutcome.Done, new ScreenLinked(key, at, by, link.Screen, link.Link)),
            (SetStageVisitors set, { } stage) => stage.Visitors == set.AreHere
                ? (StageOutcome.Unchanged, null) : (StageOutcome.Done, new StageVisitorsSet(key, at, by, set.AreHere)),
            _ => throw new UnreachableException($"No rule for message {message.GetType().Name}."),
        };
    }
}
