namespace Vantage.Actors.Pictures;

/// <summary>A picture that a unit took of an incident.</summary>
/// <param name="Id">Made from its bytes: the same picture sent again is the same.</param>
/// <param name="Unit">The unit's id.</param>
/// <param name="ContentType"><c>image/jpeg</c> or <c>image/png</c>.</param>
public sealed record Picture(string Incident, string Id, string Unit, DateTimeOffset At, string ContentType, byte[] Bytes);

/// <summary>Pictures of incidents. Writes are durable when they complete; reads block. Thread-safe.</summary>
public interface IPictures
{
    /// <summary>Keeps a picture; one that is there already is left as it is.</summary>
    /// <param name="most">How many a unit may have of one incident.</param>
    /// <returns>False: the unit has that many, and this is another.</returns>
    /// <exception cref="IOException">Storage refused: nothing was written.</exception>
    ValueTask<bool> SaveAsync(Picture picture, int most, CancellationToken cancellationToken = default);

    /// <summary>The picture, or null.</summary>
    Picture? Find(string incident, string id);
}
