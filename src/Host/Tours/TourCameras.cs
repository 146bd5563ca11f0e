using Vantage.Actors.Cameras;
using Vantage.Actors.Tours;
using Vantage.Geo;
using Vantage.Host.Situations;
using Vantage.Host.Video;

namespace Vantage.Host.Tours;

/// <summary>Which cameras a tour goes through at this moment, in its order.</summary>
internal sealed class TourCameras(Situation situation)
{
    /// <summary>Cameras that are named come in their order, and those that are registered no more are left out; others by key.</summary>
    public IReadOnlyList<string> Of(TourLaidOut tour)
    {
        if (!tour.Cameras.IsDefaultOrEmpty)
        {
            return [.. tour.Cameras.Where(key => situation.Cameras.Find(key) is not null)];
        }

        var classes = tour.Classes.IsDefault ? [] : tour.Classes.Select(CameraClasses.Canonical).ToHashSet(StringComparer.Ordinal);
        var isAll = classes.Count == 0 && tour.Source is null && tour.Zone is null;
        var shape = tour.Zone is not null && situation.Zones.TryGetNewest(tour.Zone, out var zone) ? zone.Shape : null;
        return [.. situation.Cameras.All
            .Where(camera => isAll ? camera.State != CameraState.Offline
                : (classes.Count == 0 || camera.Registered.Classes.Any(name => classes.Contains(CameraClasses.Canonical(name))))
                    && (tour.Source is null || camera.Registered.Source == tour.Source)
                    && (tour.Zone is null || shape?.Contains(LatLng.Trusted(camera.Registered.Latitude, camera.Registered.Longitude)) == true))
            .Select(camera => camera.Registered.Camera).Order(StringComparer.Ordinal)];
    }
}
